# Prints what helps to understand a problem: system, updates, space, services, processes, network, latest errors.
# Changes nothing. What this endpoint does not have is left out.
# Exit codes: 0.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$lines = 50
if ([string] $env:PATCHBAY_LINES -match '^[1-9][0-9]{0,4}$') { $lines = [int] $env:PATCHBAY_LINES }

function Write-Section([string] $Title, [scriptblock] $Commands) {
    Write-Output ''
    Write-Output "== $Title =="
    try {
        & $Commands | Out-String -Stream -Width 200 | Where-Object { $_.Trim() -ne '' } | Select-Object -First $lines
    }
    catch {
        Write-Output "not to be had: $($_.Exception.Message)"
    }
}

function Show-Table([string[]] $Properties) {
    $input | Format-Table -Property $Properties -AutoSize
}
function Show-Events([hashtable] $Filter) {
    Get-WinEvent -FilterHashtable $Filter -MaxEvents $lines |
        Format-Table -Property 'TimeCreated', 'ProviderName', 'Id', 'Message' -Wrap
}

Write-Section 'System' {
    Get-CimInstance -ClassName Win32_OperatingSystem |
        Select-Object -Property 'Caption', 'Version', 'OSArchitecture', 'LastBootUpTime', 'FreePhysicalMemory'
}
Write-Section 'Computer' {
    Get-CimInstance -ClassName Win32_ComputerSystem |
        Select-Object -Property 'Name', 'Domain', 'Model', 'NumberOfLogicalProcessors', 'TotalPhysicalMemory'
}
Write-Section 'PowerShell' { $PSVersionTable }
Write-Section 'Latest updates' {
    Get-HotFix | Sort-Object 'InstalledOn' -Descending | Show-Table 'HotFixID', 'Description', 'InstalledOn'
}
Write-Section 'Disk space' {
    Get-CimInstance -ClassName Win32_LogicalDisk -Filter 'DriveType=3' |
        Show-Table 'DeviceID', 'FileSystem', 'Size', 'FreeSpace'
}
Write-Section 'Services that should run and do not' {
    Get-CimInstance -ClassName Win32_Service -Filter "StartMode='Auto' and State<>'Running'" |
        Show-Table 'Name', 'State', 'ExitCode'
}
Write-Section 'Busiest processes' {
    Get-Process | Sort-Object 'CPU' -Descending | Show-Table 'Id', 'ProcessName', 'CPU', 'WorkingSet64'
}
Write-Section 'Addresses' { Get-NetIPAddress | Show-Table 'InterfaceAlias', 'IPAddress', 'PrefixLength' }
Write-Section 'Routes' { Get-NetRoute | Show-Table 'DestinationPrefix', 'NextHop', 'InterfaceAlias' }
Write-Section 'Listening ports' {
    Get-NetTCPConnection -State Listen | Show-Table 'LocalAddress', 'LocalPort', 'OwningProcess'
}
Write-Section 'Latest boots and shutdowns' { Show-Events @{ LogName = 'System'; Id = 41, 1074, 6005, 6006, 6008 } }
Write-Section 'Latest errors of the system' { Show-Events @{ LogName = 'System'; Level = 1, 2 } }
Write-Section 'Latest errors of applications' { Show-Events @{ LogName = 'Application'; Level = 1, 2 } }
exit 0
