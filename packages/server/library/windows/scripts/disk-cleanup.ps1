# Removes old files from the temporary directory of Windows and, if asked to, superseded components from the component
# store.
# Facts: freedMegabytes (of the system drive).
# Exit codes: 0 cleaned, 1 the component store could not be cleaned, 2 a parameter is wrong.
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

$days = Read-Number 'PATCHBAY_DAYS' 7 1
$drive = New-Object System.IO.DriveInfo ($env:SystemDrive.Substring(0, 1))
$before = $drive.AvailableFreeSpace

$limit = (Get-Date).AddDays(-$days)
# A file that is in use stays.
Get-ChildItem -LiteralPath (Join-Path $env:SystemRoot 'Temp') -Recurse -Force -ErrorAction SilentlyContinue |
    Where-Object { -not $_.PSIsContainer -and $_.LastWriteTime -lt $limit } |
    Remove-Item -Force -ErrorAction SilentlyContinue

$code = 0
if ($env:PATCHBAY_COMPONENT_STORE -eq 'true') {
    & "$env:SystemRoot\System32\dism.exe" '/Online' '/Cleanup-Image' '/StartComponentCleanup' '/Quiet' '/NoRestart'
    # 3010: done, and a reboot completes it.
    if ($LASTEXITCODE -ne 0 -and $LASTEXITCODE -ne 3010) {
        [Console]::Error.WriteLine("dism.exe ended with exit code $LASTEXITCODE")
        $code = 1
    }
}
$freed = [Math]::Max(0, [Math]::Floor(($drive.AvailableFreeSpace - $before) / 1mb))
Write-Output "Freed $freed MB."
Publish-Fact 'freedMegabytes' "$freed"
exit $code
