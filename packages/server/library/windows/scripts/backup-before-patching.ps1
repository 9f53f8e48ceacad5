# Keeps lists of updates, programs, services, drivers and scheduled tasks and the registry of services in a directory
# named for the time, and takes a system restore point if asked to. Older backups of this script are removed, except for
# the number to keep.
# Facts: backupPath, restorePoint (true or false, where it was asked for).
# Exit codes: 0 the backup is complete, 1 it could not be made, 2 a parameter is wrong.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$directory = [string] $env:PATCHBAY_DIRECTORY
if ($directory -eq '') { $directory = Join-Path $env:ProgramData 'Patchbay\backups' }
$keep = Read-Number 'PATCHBAY_KEEP' 5 1
if (-not [System.IO.Path]::IsPathRooted($directory)) { Stop-Script 2 'PATCHBAY_DIRECTORY must be an absolute path' }

$now = [DateTime]::UtcNow.ToString('yyyyMMddTHHmmssZ', [Globalization.CultureInfo]::InvariantCulture)
$name = "$now-$PID"
$partial = Join-Path $directory "$name.partial"
$backup = Join-Path $directory $name
[void] (New-Item -ItemType Directory -Force -Path $partial)

function Export-List([string] $File) {
    $input | Export-Csv -NoTypeInformation -Encoding UTF8 -Path "$partial\$File.csv"
}

try {
    $uninstall = 'Microsoft\Windows\CurrentVersion\Uninstall\*'
    Get-HotFix | Select-Object -Property 'HotFixID', 'Description', 'InstalledOn' | Export-List 'updates'
    $keys = "HKLM:\SOFTWARE\$uninstall", "HKLM:\SOFTWARE\WOW6432Node\$uninstall"
    Get-ItemProperty -Path $keys -ErrorAction SilentlyContinue |
        Select-Object -Property 'DisplayName', 'DisplayVersion', 'Publisher', 'InstallDate' |
        Where-Object { $_.DisplayName } | Sort-Object 'DisplayName' | Export-List 'programs'
    Get-CimInstance -ClassName Win32_Service |
        Select-Object -Property 'Name', 'DisplayName', 'State', 'StartMode', 'StartName', 'PathName' |
        Sort-Object 'Name' | Export-List 'services'
    Get-CimInstance -ClassName Win32_PnPSignedDriver |
        Select-Object -Property 'DeviceName', 'DriverVersion', 'DriverDate', 'InfName' |
        Where-Object { $_.DeviceName } | Sort-Object 'DeviceName' | Export-List 'drivers'
    Get-ScheduledTask | Select-Object -Property 'TaskPath', 'TaskName', 'State' | Export-List 'tasks'
    & "$env:SystemRoot\System32\ipconfig.exe" '/all' | Out-File -Encoding UTF8 -FilePath "$partial\network.txt"
    $key = 'HKLM\SYSTEM\CurrentControlSet\Services'
    & "$env:SystemRoot\System32\reg.exe" 'export' $key "$partial\services.reg" '/y' | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "reg.exe ended with exit code $LASTEXITCODE" }
    Rename-Item -LiteralPath $partial -NewName $name
}
catch {
    $problem = $_.Exception.Message
    Remove-Item -LiteralPath $partial -Recurse -Force -ErrorAction SilentlyContinue
    Stop-Script 1 "the backup could not be made: $problem"
}
Write-Output "The backup is in ${backup}:"
Get-ChildItem -LiteralPath $backup | ForEach-Object { '{0,12} {1}' -f $_.Length, $_.Name }
Publish-Fact 'backupPath' $backup

# Names begin with the time, so their order is the order in time.
Get-ChildItem -LiteralPath $directory | Where-Object { $_.PSIsContainer -and $_.Name -match '^\d{8}T\d{6}Z-\d+$' } |
    Sort-Object 'Name' -Descending | Select-Object -Skip $keep | ForEach-Object {
        Write-Output "Removing the older backup $($_.FullName)."
        Remove-Item -LiteralPath $_.FullName -Recurse -Force
    }

if ($env:PATCHBAY_RESTORE_POINT -eq 'true') {
    # Windows takes none, with a mere warning, when there was one within a day; on servers there are none at all.
    try {
        Checkpoint-Computer -Description "Patchbay $name" -RestorePointType MODIFY_SETTINGS
        $taken = @(Get-ComputerRestorePoint | Where-Object { $_.Description -eq "Patchbay $name" }).Count -gt 0
    }
    catch {
        [Console]::Error.WriteLine($_.Exception.Message)
        $taken = $false
    }
    Publish-Fact 'restorePoint' ($taken.ToString().ToLowerInvariant())
    if (-not $taken) { Stop-Script 1 'Windows has taken no restore point' }
    Write-Output 'A restore point is taken.'
}
exit 0
